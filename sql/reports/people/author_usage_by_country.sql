-- One row per institution, person who is an author of its articles, month and country that the usage of those articles
-- came from.
--
-- People are those of reports.authors; articles those that the institution currently lists and whose countries are
-- known: Figshare counts articles by country only when asked (`--usage countries`), so without it this report is empty,
-- which does not mean that there was no usage. Figshare's own counts, not COUNTER's. Full counting gives each author
-- the whole of an article, fractional counting 1/n of it where n people are its authors. For where one person's readers
-- are: `where author_id = …`, summed over months.
--
-- key: institution_id, author_id, month, country_code, country
-- columns:
--   institution_id: The institution whose articles are counted.
--   views_full: Views, by full counting; NULL when views by country are not known for the month.
--   downloads_full: Downloads, by full counting; NULL when not known.
--   shares_full: Shares, by full counting; NULL when not known.
--   views_fractional: Views, by fractional counting; NULL when not known.
--   countries_known_ratio: Share of the person's articles whose countries are known for all months, 0 to 1; where it is
--     below 1, the sums leave out what is not known.

with
article_credit as (select * from intermediate.int_article_credit),
countries as (select * from intermediate.int_usage_by_country where entity_type = 'article'),

sums as (
    select
        article_credit.institution_id,
        article_credit.person_id,
        countries.month,
        countries.country_code,
        countries.country,
        cast(sum(countries.views) as bigint) as views_full,
        cast(sum(countries.downloads) as bigint) as downloads_full,
        cast(sum(countries.shares) as bigint) as shares_full,
        sum(countries.views * article_credit.fraction) as views_fractional,
        sum(countries.downloads * article_credit.fraction) as downloads_fractional,
        sum(countries.shares * article_credit.fraction) as shares_fractional,
        min(countries.observed_at) as observed_at
    from article_credit
    inner join countries on article_credit.article_id = countries.entity_id
    group by
        article_credit.institution_id,
        article_credit.person_id,
        countries.month,
        countries.country_code,
        countries.country
),

covered as (
    select
        article_credit.institution_id,
        article_credit.person_id,
        cast(count(countries_known.known_to) as double) / count(*) as countries_known_ratio
    from article_credit
    left join intermediate.int_usage_countries_known as countries_known
        on article_credit.article_id = countries_known.article_id
    group by article_credit.institution_id, article_credit.person_id
)

select
    sums.institution_id,
    sums.person_id as author_id,
    person_names.full_name,
    person_names.orcid,
    sums.month,
    sums.country_code,
    sums.country,
    sums.views_full,
    sums.downloads_full,
    sums.shares_full,
    sums.views_fractional,
    sums.downloads_fractional,
    sums.shares_fractional,
    covered.countries_known_ratio,
    sums.observed_at
from sums
inner join covered on sums.institution_id = covered.institution_id and sums.person_id = covered.person_id
left join intermediate.int_person_names as person_names on sums.person_id = person_names.person_id
