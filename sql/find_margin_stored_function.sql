-- margin_func: the margin of one classified, as a share of its price. In MySQL or MariaDB; can be run
-- again.
--
--   mysql mtdataengineer < sql/find_margin_stored_function.sql
--   streamworker sql apply -c config/classifieds.yaml sql/find_margin_stored_function.sql
--
--   SELECT margin_func(100, 12.5);   -- 0.875

DROP FUNCTION IF EXISTS margin_func;

DELIMITER $$

-- NULL for a price of 0. The quotient has digits enough to be rounded once, half away from zero. What
-- is beyond DECIMAL(7,3) (a price of a few thousandths) is cut to the largest that it holds, so that
-- one odd classified does not stop the procedures.
CREATE FUNCTION margin_func(price DECIMAL(10,3), payment_cost DECIMAL(10,3))
RETURNS DECIMAL(7,3)
DETERMINISTIC
NO SQL
COMMENT 'The margin of one classified: (price - payment_cost) / price'
BEGIN
  IF price = 0 THEN
    RETURN NULL;
  END IF;
  RETURN LEAST(9999.999, GREATEST(-9999.999,
    ROUND(CAST(price - payment_cost AS DECIMAL(24,12)) / price, 3)));
END$$

DELIMITER ;
