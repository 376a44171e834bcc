-- What an article says of its embargo; NULL unless that is in force.
--
-- parameters:
--   is_embargoed: whether it is in force.
--   value: what the article says.

select case when is_embargoed then value end
