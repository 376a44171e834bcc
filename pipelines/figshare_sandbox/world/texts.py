"""The words the synthetic institution is written in."""

from __future__ import annotations


def _split(text: str) -> list[str]:
    return text.split("|")


FIRST_NAMES = _split(
    "Ada|Alan|Amara|Anders|Anna|Aoife|Beatriz|Benedikt|Bridget|Camille|Carlos|Chen|Clara|Daniel|Dmitri|Eleni|"
    "Elif|Emma|Fatima|Felix|Finn|Gabriela|George|Grace|Hana|Hassan|Helena|Hiro|Ines|Ingrid|Isaac|Ivan|Jan|Joana|"
    "Jun|Kamala|Karl|Katarzyna|Kofi|Lars|Leila|Lucia|Magnus|Maria|Mei|Mikko|Mohammed|Nadia|Naomi|Ngozi|Oliver|"
    "Olga|Paolo|Petra|Priya|Rafael|Rosa|Samir|Sara|Sina|Sofia|Stefan|Thabo|Tomas|Uma|Vera|Viktor|Wei|Yara|Yusuf|"
    "Zoë|Łukasz|Øystein|Éva"
)
LAST_NAMES = _split(
    "Abbott|Adeyemi|Almeida|Andersson|Bakker|Baranova|Bauer|Bianchi|Brown|Carvalho|Castillo|Chowdhury|Costa|Cruz|"
    "D'Angelo|Dubois|Eriksen|Fischer|Fontaine|García|Gupta|Haddad|Hansen|Hernández|Ibrahim|Ito|Ivanova|Jensen|"
    "Johansson|Jones|Kaya|Khan|Kim|Kowalski|Kumar|Larsen|Lee|Li|Lindqvist|López|Maier|Martin|Mbeki|Mendes|Meyer|"
    "Moreau|Müller|Nakamura|Nguyen|Novák|O'Brien|Okafor|Olsen|Papadopoulos|Park|Patel|Pereira|Petrov|Rahman|"
    "Rossi|Sato|Schmidt|Silva|Singh|Smith|Suzuki|Tanaka|Taylor|Tran|van-der-Berg|Vega|Wagner|Walker|Wang|"
    "Williams|Wójcik|Yamada|Yılmaz|Zhang"
)
TOPICS = _split(
    "soil moisture|groundwater nitrate|coastal erosion|wheat yield|urban air quality|bat echolocation|"
    "pollinator visits|glacier retreat|kelp forests|tidal energy|hip fracture recovery|sleep quality|"
    "antibiotic resistance|gait analysis|maternal health|protein folding|graphene membranes|"
    "perovskite solar cells|steel fatigue|battery ageing|bridge vibration|medieval land charters|"
    "folk song transcriptions|migrant oral histories|newspaper archives|school attendance|household debt|"
    "voter turnout|bus punctuality|rental prices|speech recognition|image segmentation|network intrusion|"
    "quantum error correction|traffic simulation|seismic noise|volcanic ash|river sediment|microplastics|"
    "lichen diversity|seabird colonies|dairy emissions|food insecurity|remote work|bilingual reading|"
    "museum visits|peat bogs|cloud cover"
)
KINDS = _split(
    "Dataset|Survey responses|Measurements|Time series|Interview transcripts|Supplementary data|Source code|"
    "Model output|Raw images|Field notes|Analysis scripts|Sensor logs|Annotated corpus|Questionnaire|"
    "Calibration data|Maps|Appendix"
)
PLACES = _split(
    "northern England|the Scottish Highlands|the Baltic Sea|coastal Portugal|rural Kenya|"
    "the Murray-Darling basin|Greater Manchester|the Rhine valley|central Chile|the Bay of Bengal|"
    "southern Ontario|Hokkaido|the Sahel|Wales|the Great Lakes|Catalonia|the Mekong delta|New Zealand|the Alps|"
    "Iceland"
)
METHODS = _split(
    "a randomised controlled trial|remote sensing|finite element analysis|semi-structured interviews|"
    "mass spectrometry|agent-based modelling|x-ray diffraction|a longitudinal cohort|deep learning|"
    "archival research|RNA sequencing|a national survey|laboratory experiments|Monte Carlo simulation|"
    "a systematic review"
)
SENTENCES = _split(
    "The files are described in the README and follow the column order given there.|"
    "Samples were taken monthly and processed within two days of collection.|"
    "Missing values are marked <code>NA</code>; values below the detection limit are marked <code>&lt;LOD</code>.|"
    "Ethical approval was given by the university's research ethics committee.|"
    "Results are reported in the accompanying article.|Please cite this record when you use the data.|"
    "Version numbers follow the publication of corrections.|"
    "All names and places have been removed from the transcripts.|"
    "The scripts were run with R 4.2 and Python 3.10.|Coordinates are given in WGS 84.|"
    "Part of a larger collection that will be extended every year."
)
TAGS = _split(
    "climate|hydrology|open data|R|Python|survey|interviews|time series|machine learning|remote sensing|ecology|"
    "genomics|health|education|history|linguistics|materials|energy|transport|sociology|imaging|statistics|"
    "modelling|water|soil|biodiversity|COVID-19|policy|archives|music|engineering|chemistry|physics|software|"
    "reproducibility|marine|forestry|nutrition|ageing|cities|economics|inequality|robotics|signal processing|"
    "spectroscopy|geology|simulation|GIS"
)
ODD_TAGS = (
    "salinity, sea surface",
    "<em>Saccharomyces cerevisiae</em>",
    "Krüppel-like factor",
    "αβ T-cells",
    "=1+1",
    "naïve Bayes",
    "C#; .NET",
    '"quoted"',
)
#: Titles that break things. They sit at fixed places so that every world of 150 items has them all.
ODD_TITLES = (
    "Growth of <em>Saccharina japonica</em> under blue light",
    "CO<sub>2</sub> flux and H<sub>2</sub>O exchange over peat",
    "נתוני מזג אוויר בצפון הארץ",
    "بيانات المسح الميداني للمياه الجوفية",
    "Codon usage 🧬 in 𝛼-proteobacteria",
    "Interview\u00a0transcripts,\u00a02019–2021",
    "<script>alert('title')</script>",
    '=HYPERLINK("http://example.org","open me")',
    "+1 responses of the control group",
    "@home survey of remote work",
    "-2 degrees and falling: frost records",
    "   Leading and trailing blanks  ",
    "Line one\nline two",
    "Ümläute, ß, İstanbul and ﬁ ligature",
    "数据集：长江三角洲土壤样本",
    '"Quoted" title; with, separators\tand a tab',
    ".RData",
    "NULL",
    "A &amp; B &lt; C: already escaped entities",
    "e\u0301tude de la se\u0301dimentation (decomposed accents)",
)
FILE_STEMS = _split(
    "data|README|results|table|figure_1|figure_2|script|model|samples|survey|codebook|output|images|notes"
)
FILE_EXTENSIONS = (
    ("csv", "text/csv"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("zip", "application/zip"),
    ("pdf", "application/pdf"),
    ("txt", "text/plain"),
    ("py", "text/x-python"),
    ("R", "text/plain"),
    ("tif", "image/tiff"),
    ("nc", "application/x-netcdf"),
    ("mp4", "video/mp4"),
)
FUNDERS = _split(
    "Northern Research Council|European Science Fund|Wellbeing Trust|National Health Institute|"
    "Engineering Council|Arts and Letters Board|Ocean Foundation|Ministry of Agriculture|"
    "Royal Society of Northfield|Open Infrastructure Fund"
)
