-- One row per part that a token was ever refused, with the columns of `rights`.
--
-- parameters:
--   token_mark: the token.

select *
from figshare_internal.rights
where token_mark = $token_mark
