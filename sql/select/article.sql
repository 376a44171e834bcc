-- One row: all that is known of an article itself, as in reports.articles, or in reports.other_articles where no
-- institution lists it.
--
-- parameters:
--   article_id: the article.
--
-- columns:
--   state: as in reports.other_articles; `public` where an institution lists it.

with
one_institution as (
    select * from reports.articles
    where article_id = $article_id
    qualify row_number() over (order by institution_id) = 1
),

listed as (
    select
        one_institution.*,
        'public' as state,
        true as is_loaded,
        article_main.usage_complete_to
    from one_institution
    left join reports.article_main as article_main on one_institution.article_id = article_main.article_id
),

unlisted as (
    select * from reports.other_articles
    where article_id = $article_id
),

others as (
    select
        unlisted.*,
        institutions.institution_name,
        groups.group_name
    from unlisted
    left join reports.institution_summary as institutions
        on unlisted.institution_id = institutions.institution_id
    left join reports.groups as groups
        on
            unlisted.institution_id = groups.institution_id
            and unlisted.group_id = groups.group_id
)

select * from listed
union all by name
select * from others
