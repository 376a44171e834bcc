-- The title of the paper that an article names, else of the one that it supplements when it is the
-- same paper or the article names none.
--
-- parameters:
--   own_doi: the bare DOI of the paper that the article names.
--   own_title: its title.
--   supplemented_doi: the bare DOI of the paper that the article supplements.
--   supplemented_title: its title.

select
    case
        when own_title is not null then own_title
        when own_doi is null or lower(own_doi) = lower(supplemented_doi) then supplemented_title
    end
