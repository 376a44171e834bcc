-- One row: the institution that the token belongs to, as last read; none when it never was.
--
-- columns:
--   id: Figshare's id of the institution.

with

institutions as (

    select * from figshare.institutions

),

own_institution as (

    -- Only the token's institution is ever read, and the last one read is the present token's.
    select max_by(institutions.id, institutions._dlt_load_id) as id
    from institutions
    having count(*) > 0

)

select * from own_institution
