-- A name with what tells it from others in parentheses: `Jane Doe (17, 0000-0002-1825-0097)`.
--
-- parameters:
--   name: the name; may be NULL.
--   first: an id or so; may be NULL.
--   second: another; may be NULL.

select coalesce(name, '') || ' (' || concat_ws(', ', first, second) || ')'
