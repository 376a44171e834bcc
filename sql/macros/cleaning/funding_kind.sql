-- Whether an entry of funding is linked to a grant that Figshare knows, or written by hand. Where
-- Figshare does not say (old records), one with a funder is linked.
--
-- parameters:
--   is_user_defined: whether Figshare says that it is written by hand.
--   funder: the name of the funder.

select
    case
        when is_user_defined or (is_user_defined is null and coalesce(trim(funder), '') = '')
            then 'written'
        else 'linked'
    end
