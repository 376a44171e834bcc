-- One row per kind of finding about a DOI: what it means, and what to do about it.
--
-- key: finding
-- columns:
--   finding: Its name.
--   meaning: What is wrong.
--   what_to_do: What helps.

select
    texts.finding,
    texts.meaning,
    texts.what_to_do
from (
    values
    (
        'never_registered',
        'The article is public, and its DOI was never registered: it leads nowhere.',
        'Ask Figshare support to register the DOI.'
    ),
    (
        'hidden',
        'The article is public, and its DOI is registered but not findable at DataCite, as after a withdrawal.',
        'Ask Figshare support to set the DOI to findable, or withdraw the article.'
    ),
    (
        'not_findable',
        'The article is public, and DataCite does not show its DOI. The handle service was not asked yet.',
        'Wait for the next refresh, which tells whether it was ever registered.'
    ),
    (
        'findable_after_withdrawal',
        'The article is withdrawn at Figshare, and its DOI is still findable at DataCite.',
        'Ask Figshare support to update the DOI; it should lead to the page that says why the article is gone.'
    ),
    (
        'leads_elsewhere',
        'The registered address of the DOI is that of another record, or of none.',
        'Compare both addresses; ask Figshare support to update the DOI, or correct the DOI in the record.'
    ),
    (
        'other_host',
        'The registered address of the DOI is on another host than the page of the article.',
        'If the portal moved, ask Figshare support to update the addresses of all its DOIs.'
    ),
    (
        'unknown_to_repository',
        'The DOI leads to an article of the portal that the repository never listed.',
        'Look whether the article is public; a deleted one should lead to a page that says so.'
    ),
    (
        'of_another_agency',
        'DataCite has no DOI with this prefix: the DOI in the record is of another agency, perhaps that of a paper.',
        'If the article should have a DOI of the repository, give it one, and the other as a related material.'
    ),
    (
        'shared',
        'Several articles have the same DOI.',
        'Give each article its DOI.'
    )
) as texts (finding, meaning, what_to_do)
