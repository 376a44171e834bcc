-- One row per article, DOI and what is wrong with it, with what to do: of articles that a listing currently holds, of
-- withdrawn ones, and of DOIs that the repository does not know.
--
-- What is in order has no row. Looked at are the DOI of each article's record, the one for all its versions and that of
-- each version, as far as DataCite was asked; DOIs of others below the same prefix are not findings. Addresses are
-- compared by host and id. For keeping the promise that a DOI makes.
--
-- key: article_id, doi, finding
-- columns:
--   article_id: Figshare's id of the article; NULL where the repository does not know it.
--   title: Title as plain text; NULL when not known.
--   doi: The DOI, in lower case.
--   version: The version that it is of; NULL for the one for all versions, or when not known.
--   finding: What is wrong, in a word: never_registered, hidden, not_findable, findable_after_withdrawal,
--     leads_elsewhere, other_host, unknown_to_repository, of_another_agency or shared.
--   meaning: What is wrong, in a sentence.
--   what_to_do: What helps.
--   registered_url: The address that the DOI leads to; NULL when not known.
--   url: Address of the article's public page; NULL when not known.
--   institution_id: Figshare's id of the institution; NULL when none lists the article now.
--   known_at: Up to when DataCite's part of this is known (UTC); NULL where it is not about that.

with
institution_articles as (
    select
        article_id,
        min(institution_id) as institution_id
    from intermediate.int_institution_articles
    group by article_id
)

select
    findings.article_id,
    records.title,
    findings.doi,
    findings.version,
    findings.finding,
    texts.meaning,
    texts.what_to_do,
    findings.registered_url,
    records.url,
    institution_articles.institution_id,
    findings.known_at
from intermediate.int_doi_findings as findings
inner join intermediate.int_doi_finding_texts as texts on findings.finding = texts.finding
left join intermediate.int_article_records as records on findings.article_id = records.article_id
left join institution_articles on findings.article_id = institution_articles.article_id
