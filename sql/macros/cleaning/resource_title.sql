-- The title of the paper that an article names, else of the one that it supplements when it is the
-- same paper or the article names none.
--
-- parameters:
--   named_doi: the bare DOI of the paper that the article names.
--   named_title: its title.
--   supplemented_doi: the bare DOI of the paper that the article supplements.
--   supplemented_title: its title.

select
    case
        when named_title is not null then named_title
        when named_doi is null or lower(named_doi) = lower(supplemented_doi) then supplemented_title
    end
