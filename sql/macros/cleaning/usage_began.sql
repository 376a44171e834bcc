-- First day of the year in which usage can have begun: that of Figshare's first item, by the earliest date of its
-- OAI-PMH interface, 8 January 2010.

select date '2010-01-01'
