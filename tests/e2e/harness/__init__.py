"""What the black-box tests and the benchmarks share: the worker's process, Kafka, MariaDB, waiting."""
