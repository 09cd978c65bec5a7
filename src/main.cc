// The executable: hands the arguments to the commands.
#include "cli/commands.h"

int main(int argc, char** argv) { return streamworker::cli::main(argc, argv); }
