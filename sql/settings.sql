-- Live settings of streamworker, in MySQL 8 or MariaDB: the table that a worker reads whose file says
-- `settings: {database: …}`, and the two procedures that change it. Can be run again: settings stay.
--
--   mysql mtdataengineer < sql/settings.sql
--   streamworker sql apply -c config/classifieds.yaml sql/settings.sql
--
--   CALL streamworker_set('classifieds_application', 'timers.margins.every', '30m');
--   CALL streamworker_set('classifieds_application', 'timers.margins.params.from', '2020-01-01 00:00:00');
--   CALL streamworker_set('classifieds_application', 'pipelines.store_classifieds.paused', 'true');
--   CALL streamworker_reset('classifieds_application', 'pipelines.store_classifieds.paused');
--   SELECT name, value, refused FROM streamworker_settings WHERE app = 'classifieds_application';
--
-- The worker's user needs SELECT and UPDATE on the table. Whoever is to change settings needs EXECUTE
-- on the procedures and nothing else; who has it also decides with which parameters timers run.

CREATE TABLE IF NOT EXISTS streamworker_settings (
  app        VARCHAR(100)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  name       VARCHAR(400)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,  -- the key's path in the file
  value      VARCHAR(4000) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,  -- as in the file
  updated_at DATETIME(6)   NOT NULL DEFAULT CURRENT_TIMESTAMP(6),               -- UTC, from the procedures
  updated_by VARCHAR(300)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT '',
  refused    TEXT          CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,      -- why it is not in effect
  PRIMARY KEY (app, name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

DROP PROCEDURE IF EXISTS streamworker_set;

CREATE PROCEDURE streamworker_set(
  IN set_app   VARCHAR(100)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  IN set_name  VARCHAR(400)  CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  IN set_value VARCHAR(4000) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin)
MODIFIES SQL DATA
COMMENT 'Sets a key of a running streamworker. Column refused says why it is not in effect.'
INSERT INTO streamworker_settings (app, name, value, updated_at, updated_by, refused)
VALUES (set_app, set_name, set_value, UTC_TIMESTAMP(6), USER(), NULL)
ON DUPLICATE KEY UPDATE
  value = set_value, updated_at = UTC_TIMESTAMP(6), updated_by = USER(), refused = NULL;

DROP PROCEDURE IF EXISTS streamworker_reset;

CREATE PROCEDURE streamworker_reset(
  IN set_app  VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  IN set_name VARCHAR(400) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin)
MODIFIES SQL DATA
COMMENT 'Gives a key of a running streamworker back the value that its file or command line has.'
DELETE FROM streamworker_settings WHERE app = set_app AND name = set_name;
