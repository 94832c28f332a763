"""What is too much: checked before anything is parsed."""

MEGABYTE = 1024 * 1024

# Tables are streamed: only their bytes are held. 100,000 Shopify rows are about 60 MB.
TABLE_BYTES = 200 * MEGABYTE

# Parsed JSON takes about seven times its bytes in memory; 40 MB stays below 300 MB.
JSON_BYTES = 40 * MEGABYTE

# A shop rule is a few pages; 2 MB of text are about a thousand.
DOCUMENT_BYTES = 2 * MEGABYTE

# PDF streams are compressed, so the pages are capped too, and the reading process is bounded.
PDF_BYTES = 15 * MEGABYTE
PDF_PAGES = 200
PDF_SECONDS = 20
PDF_MEMORY = 1024 * MEGABYTE

# The deepest real payload (an expanded Stripe event) has about 12 levels.
JSON_DEPTH = 40

# The widest real export (Shopify products with metafields) has some 200 columns.
COLUMNS = 1000

# One cell: Shopify allows descriptions of 64 kB; beyond this a quote was left open.
CELL_CHARACTERS = 131_072

# Above these a figure is a slip of a column, not a price or a stock. Both fit 64 bits in any unit.
AMOUNT = 10**12
COUNT = 10**9

# One mail with its attachments; large providers deliver no more than 25 to 50 MB.
MAIL_BYTES = 50 * MEGABYTE

# Parts that hold others, lines that may begin a part, parts that are looked at: real mails have a
# handful, and the parser makes an object of each.
MAIL_NESTED = 50
MAIL_LINES_OF_PARTS = 2000
MAIL_PARTS = 60

# Characters of a mail that are kept, and of one part's HTML that are read.
MAIL_TEXT = 20_000
MAIL_HTML = 2 * MEGABYTE
