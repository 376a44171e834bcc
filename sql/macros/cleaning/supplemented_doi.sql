-- The DOI of the paper that an article supplements, by one of its related materials; NULL where
-- that is something else.
--
-- parameters:
--   relation: how the related material relates to the article.
--   identifier_type: what its identifier is.
--   identifier: the identifier.

select
    case
        when relation = 'IsSupplementTo' and lower(identifier_type) = 'doi'
            then staging.bare_doi(identifier)
    end
