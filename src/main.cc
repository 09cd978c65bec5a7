// The executable: hands the arguments to the commands.
#include <exception>
#include <iostream>

#include "cli/commands.h"

int main(int argc, char** argv) {
  try {
    return streamworker::cli::run_command_line(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "streamworker: " << error.what() << "\n";
    return streamworker::cli::kFailed;
  }
}
