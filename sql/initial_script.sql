-- The tables of the classifieds application, in MySQL or MariaDB. Can be run again: what is there
-- stays as it is.
--
--   mysql mtdataengineer < sql/initial_script.sql
--   streamworker sql apply -c config/classifieds.yaml sql/initial_script.sql

-- The latest record of each id. Keys are compared byte by byte.
CREATE TABLE IF NOT EXISTS Classifieds (
  id           VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  customer_id  VARCHAR(191) NOT NULL DEFAULT '',
  created_at   DATETIME(6)  NULL,                 -- UTC
  text         MEDIUMTEXT   NOT NULL,
  ad_type      VARCHAR(64)  NOT NULL DEFAULT 'Free',
  price        DECIMAL(10,3) NOT NULL DEFAULT 0,
  currency     VARCHAR(16)  NOT NULL DEFAULT 'EUR',
  payment_type VARCHAR(64)  NOT NULL DEFAULT 'Offline',
  payment_cost DECIMAL(10,3) NOT NULL DEFAULT 0,
  PRIMARY KEY (id),
  KEY created_at (created_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Margins of the classifieds created in [interval_start, interval_end), one row for each value of a
-- dimension (ad_type or payment_type). The procedures of find_margin_by_*_procedure.sql fill it.
CREATE TABLE IF NOT EXISTS Margin_info (
  dimension       VARCHAR(32)   CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  value           VARCHAR(64)   CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  interval_start  DATETIME(6)   NOT NULL,
  interval_end    DATETIME(6)   NOT NULL,
  classifieds     BIGINT        NOT NULL,
  margin          DECIMAL(20,3) NULL,             -- the sum over the group; null: no price but 0
  average_margin  DECIMAL(12,3) NULL,
  computed_at     DATETIME(6)   NOT NULL,
  PRIMARY KEY (dimension, value, interval_start, interval_end)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
