-- One row per ORCID iD as Figshare gives it, with the bare iD it stands for.
--
-- The iD is found in any form (address, with or without hyphens, lower-case x) and kept only when its last character is
-- the right check character (ISO 7064 MOD 11-2, which ORCID uses): a mistyped iD must not join two people.
--
-- columns:
--   orcid_id: The text as given.
--   orcid: The iD as 0000-0000-0000-000X; NULL when the text holds none that is valid.

select
    orcid_id,
    staging.orcid(orcid_id) as orcid
from figshare.article_authors
where orcid_id <> ''
group by orcid_id
