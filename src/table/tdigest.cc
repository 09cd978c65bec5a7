#include "table/tdigest.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "record/row_format.h"

namespace streamworker {
namespace {

constexpr uint64_t kMostCount = uint64_t{1} << 62;

// The quantile one centroid further than q: k1 says how many lie below q.
double next_limit(double q) {
  constexpr double unit = TDigest::kCompression / (2 * std::numbers::pi);
  const double k = std::asin(2 * q - 1) + 1 / unit;
  return k >= std::numbers::pi / 2 ? 1 : (std::sin(k) + 1) / 2;
}

bool take_double(std::string_view& bytes, double& number) {
  Value value;
  if (!take_value(bytes, value) || value.kind() != Value::Kind::Double) return false;
  number = value.as_double();
  return std::isfinite(number);
}

}  // namespace

void TDigest::put(Centroid centroid) {
  if (centroids_.size() == kMost) compress();
  centroids_.push_back(centroid);
  count_ += centroid.weight;
}

void TDigest::add(double value) {
  least_ = count_ == 0 ? value : std::min(least_, value);
  most_ = count_ == 0 ? value : std::max(most_, value);
  put({value, 1});
}

void TDigest::merge(const TDigest& from) {
  if (from.count_ == 0) return;
  least_ = count_ == 0 ? from.least_ : std::min(least_, from.least_);
  most_ = count_ == 0 ? from.most_ : std::max(most_, from.most_);
  for (const Centroid& centroid : from.centroids_) put(centroid);
}

void TDigest::compress() {
  std::sort(centroids_.begin(), centroids_.end());
  const auto all = static_cast<double>(count_);
  double limit = next_limit(0);
  uint64_t below = 0;  // weights of finished centroids
  size_t last = 0;
  for (size_t i = 1; i < centroids_.size(); ++i) {
    Centroid& into = centroids_[last];
    const Centroid from = centroids_[i];
    const uint64_t weight = into.weight + from.weight;
    if (static_cast<double>(below + weight) <= all * limit) {
      const double part = static_cast<double>(from.weight) / static_cast<double>(weight);
      const double mean = into.mean * (1 - part) + from.mean * part;
      into = {std::clamp(mean, into.mean, from.mean), weight};
      continue;
    }
    below += into.weight;
    limit = next_limit(static_cast<double>(below) / all);
    centroids_[++last] = from;
  }
  centroids_.resize(last + 1);
}

// A centroid of weight w whose first rank is r stands at rank r + (w - 1) / 2; between two of them,
// and to the smallest and largest at the ends, the value is linear.
double TDigest::quantile(double q) const {
  std::vector<Centroid> sorted = centroids_;
  std::sort(sorted.begin(), sorted.end());
  const double rank = q * static_cast<double>(count_ - 1);
  double left_rank = 0;
  double left = least_;
  double first = 0;
  const auto between = [&](double right_rank, double right) {
    if (right_rank <= left_rank) return right;
    const double part = (rank - left_rank) / (right_rank - left_rank);
    return std::clamp(left * (1 - part) + right * part, least_, most_);
  };
  for (const Centroid& centroid : sorted) {
    const auto weight = static_cast<double>(centroid.weight);
    const double center = first + (weight - 1) / 2;
    if (rank <= center) return between(center, centroid.mean);
    left_rank = center;
    left = centroid.mean;
    first += weight;
  }
  return between(static_cast<double>(count_ - 1), most_);
}

void TDigest::append(std::string& out) const {
  append_varint(centroids_.size(), out);
  append_value(Value::of_double(least_), out);
  append_value(Value::of_double(most_), out);
  for (const Centroid& centroid : centroids_) {
    append_value(Value::of_double(centroid.mean), out);
    append_varint(centroid.weight, out);
  }
}

bool TDigest::read(std::string_view& bytes) {
  uint64_t size = 0;
  if (!take_varint(bytes, size) || size > kMost) return false;
  if (!take_double(bytes, least_) || !take_double(bytes, most_) || least_ > most_) return false;
  centroids_.clear();
  count_ = 0;
  for (uint64_t i = 0; i < size; ++i) {
    Centroid centroid;
    if (!take_double(bytes, centroid.mean) || !take_varint(bytes, centroid.weight)) return false;
    if (centroid.weight == 0 || centroid.weight > kMostCount - count_) return false;
    if (centroid.mean < least_ || centroid.mean > most_) return false;
    count_ += centroid.weight;
    centroids_.push_back(centroid);
  }
  return true;
}

}  // namespace streamworker
