-- One row, or none: the institution that was found from a text.
--
-- parameters:
--   reference: the text that was given.
--
-- columns:
--   institution_id: Figshare's id of it.

select institution_id
from figshare.found_institutions
where reference = $reference
