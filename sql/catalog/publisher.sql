-- One row: the version that published a file.
--
-- columns:
--   package_version: the version.

select package_version
from reports.about
