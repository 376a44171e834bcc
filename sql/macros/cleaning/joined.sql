-- Texts as one, joined by `; `; NULL where there is none.
--
-- parameters:
--   texts: the texts, a list.

select nullif(list_aggregate(texts, 'string_agg', '; '), '')
