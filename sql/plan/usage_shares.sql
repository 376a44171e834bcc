-- One row per counter: the share of articles that have any use, as far as totals are known, leaning
-- on what is usual where few are. For telling how much there will be to ask for.
--
-- columns:
--   counter: views, downloads or shares.
--   used_share: share of the articles with a total above 0, 0 to 1.

with

totals as (

    select * from staging.stg_usage_totals
    where item_type = 'article'

),

usual as (

    -- Of articles on Figshare, 2026.
    select
        unnest(['views', 'downloads', 'shares']) as counter,
        unnest([0.99, 0.9, 0.025]) as used_share

),

shares as (

    select
        usual.counter,
        (count(case when totals.total > 0 then 1 end) + 30 * usual.used_share)
        / (count(totals.item_id) + 30) as used_share

    from usual
    left join totals on usual.counter = totals.counter
    group by usual.counter, usual.used_share

)

select * from shares
