#include "config/show.h"

#include "config/keys.h"

namespace streamworker::config {

namespace {

Tree tree_of(File file) { return show_mapping(file); }

}  // namespace

std::string show(const File& file) { return tree_of(file).yaml(); }
std::string show_json(const File& file) { return tree_of(file).json() + "\n"; }

}  // namespace streamworker::config
