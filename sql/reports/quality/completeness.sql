-- One row per institution and group, with the warehouse's number of public articles beside Figshare's own.
--
-- The warehouse counts articles that are currently listed and loaded and lie in the group itself; `_with_subgroups`
-- those below it too. Figshare's number comes from its count endpoint and is not said to hold subgroups or not, so both
-- differences are given; the one that fits is the one that is 0 for most groups. NULL means not known: never asked, not
-- answered, or not listed; so there is no difference for a group that no listing covers which was read to its end. For
-- seeing whether anything is missing.
--
-- key: institution_id, group_id
-- columns:
--   group_id: Figshare's id of the group.
--   group_name: Name of the group; NULL when not known.
--   article_count: The warehouse's number of public articles in the group itself.
--   article_count_with_subgroups: The same for the group and all groups below it.
--   figshare_article_count: Figshare's own number of public articles.
--   difference: `article_count` less Figshare's number: below 0 when the warehouse lacks some; NULL when the group is
--     not listed.
--   difference_with_subgroups: `article_count_with_subgroups` less Figshare's number; NULL when the group or one below
--     it is not listed.
--   counted_at: When Figshare was asked for its number (UTC); NULL when never.

select
    groups.institution_id,
    groups.group_id,
    groups.group_name,
    groups.article_count,
    groups.article_count_with_subgroups,
    group_counts.article_count as figshare_article_count,
    case
        when known_groups.is_listed then groups.article_count - group_counts.article_count
    end as difference,
    case
        when known_groups.is_listed_with_subgroups
            then groups.article_count_with_subgroups - group_counts.article_count
    end as difference_with_subgroups,
    group_counts.counted_at
from reports.groups
inner join intermediate.int_groups as known_groups
    on groups.institution_id = known_groups.institution_id and groups.group_id = known_groups.group_id
left join figshare.group_counts on groups.group_id = group_counts.group_id
