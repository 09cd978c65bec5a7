#include "store/tell_rows.h"

namespace streamworker::store {

void tell_rows(TapPoint* tap, int32_t partition, const std::vector<RowChange>& rows) {
  if (tap == nullptr || rows.empty() || !tap->tapped()) return;
  std::vector<Message> changes(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    changes[i].key = rows[i].key;
    changes[i].value = rows[i].value;
  }
  tap->tell(partition, changes);
}

}  // namespace streamworker::store
