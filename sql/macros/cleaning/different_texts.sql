-- Texts without exact duplicates, in the order in which they first occur.
--
-- parameters:
--   texts: the texts, a list.

select
    list_transform(
        list_sort(list_distinct(list_transform(texts, lambda item: list_position(texts, item)))),
        lambda item: texts[item]
    )
