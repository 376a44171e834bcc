-- One row per institution, person who is an author of its articles, and month of which any usage of those articles is
-- known.
--
-- People are those of reports.authors; articles those that the institution currently lists. Figshare's own counts of
-- the articles, not COUNTER's. Full counting gives each author the whole of an article, fractional counting 1/n of it
-- where n people are its authors, so that the fractional figures of all authors add up to those of the articles with
-- known authors. There is a row, of 0 where there was no usage, for each month from the beginning of the earliest
-- article to the last one known; the current month counts up to `observed_at`. For one person's usage over time: `where
-- author_id = …`.
--
-- key: institution_id, author_id, month
-- columns:
--   institution_id: The institution whose articles are counted.
--   downloads_fractional: Downloads in the month, by fractional counting; NULL when not known.
--   shares_fractional: Shares in the month, by fractional counting; NULL when not known.
--   usage_known_ratio: Share of the person's articles whose months are all known, 0 to 1; where it is below 1, the sums
--     leave out what is not known.
--   usage_complete_to: Last day (UTC) up to which they are, the earliest of them; NULL when none is.
--   observed_at: When the month's figures were given, the earliest of them (UTC).

with
article_credit as (select * from intermediate.int_article_credit),
months as (select * from intermediate.int_usage_by_month where entity_type = 'article'),

sums as (
    select
        article_credit.institution_id,
        article_credit.person_id,
        months.month,
        cast(sum(months.views) as bigint) as views_full,
        cast(sum(months.downloads) as bigint) as downloads_full,
        cast(sum(months.shares) as bigint) as shares_full,
        sum(months.views * article_credit.fraction) as views_fractional,
        sum(months.downloads * article_credit.fraction) as downloads_fractional,
        sum(months.shares * article_credit.fraction) as shares_fractional,
        min(months.observed_at) as observed_at
    from article_credit
    inner join months on article_credit.article_id = months.entity_id
    group by article_credit.institution_id, article_credit.person_id, months.month
),

covered as (
    select
        article_credit.institution_id,
        article_credit.person_id,
        cast(count(months_known.known_to) as double) / count(*) as usage_known_ratio,
        min(months_known.known_to) as usage_complete_to
    from article_credit
    left join intermediate.int_usage_months_known as months_known on article_credit.article_id = months_known.article_id
    group by article_credit.institution_id, article_credit.person_id
)

select
    sums.institution_id,
    sums.person_id as author_id,
    person_names.full_name,
    person_names.orcid,
    sums.month,
    sums.views_full,
    sums.downloads_full,
    sums.shares_full,
    sums.views_fractional,
    sums.downloads_fractional,
    sums.shares_fractional,
    covered.usage_known_ratio,
    covered.usage_complete_to,
    sums.observed_at
from sums
inner join covered on sums.institution_id = covered.institution_id and sums.person_id = covered.person_id
left join intermediate.int_person_names as person_names on sums.person_id = person_names.person_id
