-- A warehouse of getvariable('articles') articles, as loading would have left it: about three authors, five tags and
-- fifty figures of months an article, a tree of groups of three levels, one search, one article in a hundred withdrawn.
-- Statements end with a line that holds only a semicolon. The tables are there, and empty.

-- About as it is in real records: many with few, few with many. `u` is between 0 and 1.
create or replace temporary macro made(i, salt) as (hash(i * 1009 + salt) % 1000003) / 1000003.0
;
create or replace temporary macro skewed(i, salt, top) as 1 + cast(floor(top * pow(made(i, salt), 3)) as bigint)
;
create or replace temporary table ids as
select
    1000000 + i as id,
    i,
    date '2012-01-01' + cast(floor(made(i, 1) * 5000) as integer) as day,
    1 + skewed(i, 2, greatest(getvariable('articles') // 250, 3)) as group_id
from range(getvariable('articles')) as made_ids(i)
;
insert into figshare.institutions by name
select 1 as id, 'University of Made' as name, 'made.edu' as domain
;
-- Group 1 is the top, the next ones lie in it, the rest below those.
insert into figshare.groups by name
select
    1 + g as id,
    'Group ' || g as name,
    case when g = 0 then 0 when g <= 20 then 1 else 2 + g % 20 end as parent_id,
    1 as institution_id
from range(greatest(getvariable('articles') // 250, 3) + 2) as made_groups(g)
;
insert into figshare.licenses by name
select l as value, 'Licence ' || l as name from range(1, 12) as made_licenses(l)
;
insert into figshare.item_types by name
select t as id, 'Type ' || t as name from range(1, 20) as made_types(t)
;
insert into figshare.listings by name
select
    'institution 1' as listing, 1 as institution_id, timestamp '2026-06-30 10:00:00' as completed_at, 'r1' as refresh_id
union all by name
select
    'search made' as listing, 'made' as search, ':title: made' as search_for,
    timestamp '2026-06-30 10:00:00' as completed_at, 'r1' as refresh_id
;
insert into figshare.listed_articles by name
select
    'institution 1' as listing, id as article_id, 'Title ' || i as title, group_id, day as published_date,
    timestamp '2026-06-30 10:00:00' as seen_at, 'r1' as refresh_id
from ids
union all by name
select
    'search made' as listing, id as article_id, 'Title ' || i as title, group_id, day as published_date,
    timestamp '2026-06-30 10:00:00' as seen_at, 'r1' as refresh_id
from ids
where i % 10 = 0
;
insert into figshare.first_listed by name
select listing, article_id, seen_at as first_seen_at from figshare.listed_articles
;
insert into figshare.withdrawals by name
select
    id as article_id, timestamp '2026-06-30 11:00:00' as withdrawn_at, 'gone from the listing' as reason,
    timestamp '2026-06-30 11:00:00' as checked_at
from ids
where i % 100 = 99
;
insert into figshare.articles by name
select
    id as article_id,
    'A made title of some sixty characters, for article number ' || i as title,
    'A made title of some sixty characters, for article number ' || i as title_text,
    '10.99999/made.' || id as doi,
    'https://made.figshare.com/articles/dataset/made/' || id as figshare_url,
    day as published_date, day as created_date, day + 30 as modified_date, day as timeline_posted,
    case when i % 3 = 0 then day - 10 end as timeline_first_online,
    skewed(i, 3, 18) as defined_type,
    'type ' || skewed(i, 3, 18) as defined_type_name,
    case when i % 20 > 0 then group_id else 0 end as group_id,
    case when i % 5 = 0 then '10.88888/paper.' || i end as resource_doi,
    '<p>' || repeat('A made description with <b>some</b> words in it. ', 1 + i % 20) || '</p>' as description,
    1 + i % 3 as version,
    cast(pow(10, 9 * made(i, 4)) as bigint) as size,
    skewed(i, 5, 11) as license_value, 'Licence ' || skewed(i, 5, 11) as license_name,
    i % 40 = 0 as is_metadata_record, i % 50 = 0 as is_embargoed,
    case when i % 25 = 0 then timestamp '2027-01-01' end as embargo_date,
    false as has_linked_file, false as download_disabled,
    skewed(i, 6, 9) as author_count, 2 as category_count, 1 + i % 9 as tag_count,
    case when i % 40 = 0 then 0 else skewed(i, 7, 8) end as file_count, (i % 4 = 0)::bigint as funding_count,
    (i % 2)::bigint as reference_count, 0 as related_material_count, 2 as custom_field_count,
    timestamp '2026-06-30 10:30:00' as fetched_at
from ids
;
-- Names are shared as real ones are: the most common one by one person in a hundred in a small warehouse, one in two
-- hundred in a large one. One person in twenty is written with the initial.
insert into figshare.article_authors by name
select
    article_id, position, author_id,
    case
        when author_id % 20 = 7 then chr(cast(65 + first_name % 26 as integer)) || '.'
        else chr(cast(65 + first_name % 26 as integer)) || 'ame' || first_name
    end || ' Family' || family_name as full_name
from (
    select
        article_id, position, author_id, skewed(author_id, 16, 300) as first_name,
        skewed(author_id, 17, greatest(getvariable('articles') // 20, 100)) as family_name
    from (
        select
            id as article_id, a as position,
            10 + skewed(i * 10 + a, 8, getvariable('articles') * 6 // 10) as author_id
        from ids, range(1, 10) as made_authors(a)
        where a <= skewed(i, 6, 9)
    )
)
;
-- A quarter of the ids have an ORCID iD with a right check digit (ISO 7064 mod 11-2); now and then two ids share one.
create or replace temporary table orcids as
select
    author_id,
    '0000-' || digits[5:8] || '-' || digits[9:12] || '-' || digits[13:15] || check_digit as orcid_id
from (
    select
        author_id,
        digits,
        ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'][1 + list_reduce(
            [0] || list_transform(string_split(digits, ''), lambda digit: cast(digit as bigint)),
            lambda total, digit: (total + digit) * 2 % 11
        )] as check_digit
    from (
        select distinct author_id, lpad(cast(author_id - author_id % 100 // 96 * 4 as varchar), 15, '0') as digits
        from figshare.article_authors
        where author_id % 4 = 0
    )
)
;
update figshare.article_authors
set orcid_id = orcids.orcid_id
from orcids
where article_authors.author_id = orcids.author_id
;
drop table orcids
;
insert into figshare.article_tags by name
select
    id as article_id, t as position, 'tag ' || skewed(i * 10 + t, 9, 30000) as tag
from ids, range(1, 10) as made_tags(t)
where t <= 1 + i % 9
;
insert into figshare.article_categories by name
select
    id as article_id, c as position, skewed(i * 10 + c, 10, 1500) as category_id,
    'Category ' || skewed(i * 10 + c, 10, 1500) as title
from ids, range(1, 3) as made_categories(c)
;
insert into figshare.article_files by name
select
    id as article_id, f as position, id * 10 + f as file_id,
    case when f = 2 then 'README.txt' else 'file_' || f || '.' || ['csv', 'pdf', 'zip', 'tif'][1 + i % 4] end as name,
    cast(pow(10, 8 * made(i * 10 + f, 11)) as bigint) as size, false as is_link_only,
    'https://ndownloader.figshare.com/files/' || (id * 10 + f) as download_url
from ids, range(1, 9) as made_files(f)
where f <= case when i % 40 = 0 then 0 else skewed(i, 7, 8) end
;
insert into figshare.article_funding by name
select
    id as article_id, 1 as position, skewed(i, 12, 5000) as funding_id, 'Grant ' || skewed(i, 12, 5000) as title,
    'G' || skewed(i, 12, 5000) as grant_code, 'Funder ' || skewed(i, 12, 5000) % 200 as funder_name,
    i % 8 = 0 as is_user_defined
from ids
where i % 4 = 0
;
insert into figshare.article_references by name
select id as article_id, 1 as position, 'https://doi.org/10.5/' || i as reference from ids where i % 2 = 1
;
insert into figshare.article_custom_fields by name
select
    id as article_id, n as position, ['Ethics', 'Site', 'Project', 'Funder note', 'School'][1 + (i + n) % 5] as name,
    to_json('value ' || i % 100) as value, 'text' as field_type
from ids, range(1, 3) as made_fields(n)
;
-- The last 26 months of all that were used: with views and downloads some fifty figures an article. One article in
-- fifty is not known yet.
insert into figshare.usage_by_month by name
select
    'article' as entity_type, id as entity_id, counter, cast(date '2026-06-01' - to_months(m) as date) as month,
    skewed(i * 100 + m, 14, 60) - 1 as event_count, timestamp '2026-06-30 12:00:00' as observed_at, 'r1' as refresh_id
from
    ids,
    unnest(['views', 'downloads']) as made_counters(counter),
    unnest(range(cast(26 as bigint))) as made_months(m)
where i % 50 > 0 and i % 20 > 0
;
-- The totals are what the months add up to, said at the ends of two of them; one article in twenty never had any use.
insert into figshare.usage_totals by name
select
    entity_type, entity_id, counter, observed_on, sum(event_count) filter (where month <= observed_on) as total,
    'total' as source, observed_on + interval 12 hour as observed_at, 'r1' as refresh_id
from figshare.usage_by_month, unnest([date '2026-05-31', date '2026-06-30']) as made_days(observed_on)
group by all
;
insert into figshare.usage_totals by name
select
    'article' as entity_type, id as entity_id, counter, observed_on, 0 as total, 'total' as source,
    observed_on + interval 12 hour as observed_at, 'r1' as refresh_id
from
    ids,
    unnest(['views', 'downloads', 'shares']) as made_counters(counter),
    unnest([date '2026-05-31', date '2026-06-30']) as made_days(observed_on)
where i % 50 > 0 and (i % 20 = 0 or counter = 'shares')
;
insert into figshare.usage_by_month by name
select
    'group' as entity_type, id as entity_id, counter, cast(date '2026-06-01' - to_months(m) as date) as month,
    skewed(id * 100 + m, 15, 900) as event_count, timestamp '2026-06-30 12:00:00' as observed_at, 'r1' as refresh_id
from
    figshare.groups,
    unnest(['views', 'downloads']) as made_counters(counter),
    unnest(range(cast(26 as bigint))) as made_months(m)
;
insert into figshare.usage_totals by name
select
    entity_type, entity_id, counter, date '2026-06-30' as observed_on, sum(event_count) as total, 'total' as source,
    timestamp '2026-06-30 12:00:00' as observed_at, 'r1' as refresh_id
from figshare.usage_by_month
where entity_type = 'group'
group by all
;
-- Countries of groups, and of one article in five: those of articles are only read when asked for.
insert into figshare.usage_by_country by name
select
    entity_type, entity_id, counter, month, 'Country ' || c as country, '(other)' as city, 'X' || c % 10 as country_code,
    1 + event_count // 20 as event_count, observed_at, refresh_id
from figshare.usage_by_month, range(20) as made_countries(c)
where entity_type = 'group' or (entity_id % 5 = 0 and c < 2 and event_count > 0)
;
insert into figshare.usage_coverage by name
select
    entity_type, entity_id, counter, kind, date '2011-01-01' as window_start, date '2026-06-30' as window_end,
    'fetched' as state, timestamp '2026-06-30 12:00:00' as fetched_at, timestamp '2026-06-30 12:00:00' as asked_at,
    'r1' as refresh_id
from (
    select distinct entity_type, entity_id, counter, 'months' as kind from figshare.usage_by_month
    union all
    select distinct entity_type, entity_id, counter, 'countries' as kind from figshare.usage_by_country
)
;
