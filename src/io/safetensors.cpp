// Reading and writing safetensors files.
#include "gan/io/safetensors.hpp"

#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "src/core/file.hpp"
#include "gan/core/suggest.hpp"
#include "src/io/file.hpp"
#include "src/io/safetensors_header.hpp"
#include "src/io/utf8.hpp"

namespace gan::io {
namespace {

static_assert(std::endian::native == std::endian::little, "safetensors are little-endian; other machines need swaps");
constexpr const char* op = "safetensors";

struct TypeInfo {
  const char* name;
  i64 size;
};
constexpr TypeInfo types[] = {{"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"I16", 2}, {"U16", 2}, {"F16", 2}, {"BF16", 2},
                              {"I32", 4},  {"U32", 4}, {"F32", 4}, {"F64", 8}, {"I64", 8}, {"U64", 8}};

template <class From, class T>
void convert(std::span<const u8> bytes, T* to) {
  for (std::size_t i = 0; i < bytes.size(); i += sizeof(From)) {
    From v;
    std::memcpy(&v, bytes.data() + i, sizeof v);
    *to++ = static_cast<T>(v);
  }
}

/// Whether all elements of these little-endian floating-point bytes are finite.
template <class T>
bool all_finite(std::span<const u8> bytes) {
  for (std::size_t i = 0; i < bytes.size(); i += sizeof(T)) {
    T v;
    std::memcpy(&v, bytes.data() + i, sizeof v);
    if (!std::isfinite(v)) return false;
  }
  return true;
}

std::string quoted(const std::string& text) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out = "\"";
  for (char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      (out += '\\') += c;
    else if (code < 0x20)
      ((out += "\\u00") += digits[code >> 4]) += digits[code & 15];
    else
      out += c;
  }
  return out + "\"";
}

template <class T>
constexpr DType type_of() {
  if constexpr (std::is_same_v<T, float>) return DType::f32;
  if constexpr (std::is_same_v<T, double>) return DType::f64;
  if constexpr (std::is_same_v<T, i64>) return DType::i64;
  if constexpr (std::is_same_v<T, u64>) return DType::u64;
}

template <class T>
std::span<const u8> bytes_of(const T* data, std::size_t n) {
  return {reinterpret_cast<const u8*>(data), n * sizeof(T)};
}

constexpr char checksum_key[] = "libgan.crc32";

/// The CRC-32 of the parts in order, as eight hexadecimal digits.
std::string checksum(const std::vector<std::span<const u8>>& parts) {
  uLong crc = ::crc32_z(0, nullptr, 0);
  for (const auto& part : parts) crc = ::crc32_z(crc, part.data(), part.size());
  char text[9];
  std::snprintf(text, sizeof text, "%08lx", static_cast<unsigned long>(crc));
  return text;
}

}  // namespace

const char* to_string(DType type) { return types[static_cast<int>(type)].name; }
i64 size_of(DType type) { return types[static_cast<int>(type)].size; }

SafeTensors read_safetensors(const std::string& path) {
  const auto fault = [&path](const std::string& what) { throw FormatError("[safetensors] " + path + ": " + what); };
  const gan::detail::InputFile file(path, op);
  const auto size = static_cast<u64>(file.size());
  if (size < 8) fault("has " + std::to_string(size) + " bytes; the header's length alone takes 8");
  u64 length = 0;
  file.read(&length, 8, 0);
  if (length > max_header_bytes) fault("the header's length of " + std::to_string(length) + " is above 100 MB");
  if (length > size - 8)
    fault("the header's length of " + std::to_string(length) + " reaches past the end of the file");
  std::string text(static_cast<std::size_t>(length), '\0');
  file.read(text.data(), text.size(), 8);
  const u64 data_size = size - 8 - length;
  Header header = parse_header(text, data_size, path);

  SafeTensors s;
  s.path_ = path;
  s.metadata_ = std::move(header.metadata);
  auto data = std::make_shared<std::vector<u8>>(static_cast<std::size_t>(data_size));
  file.read(data->data(), data->size(), 8 + length);
  if (const auto recorded = s.metadata_.find(checksum_key); recorded != s.metadata_.end()) {
    const std::string found = checksum({std::span<const u8>(*data)});
    if (found != recorded->second)
      fault("the data's checksum is " + found + ", not " + recorded->second + " as recorded");
  }
  for (HeaderEntry& e : header.entries) {
    s.index_.emplace(e.name, s.entries_.size());
    const auto bytes = std::span<const u8>(*data).subspan(static_cast<std::size_t>(e.begin),
                                                          static_cast<std::size_t>(e.end - e.begin));
    s.entries_.push_back({std::move(e.name), e.dtype, e.shape, bytes});
  }
  s.data_ = std::move(data);
  return s;
}

const TensorEntry& SafeTensors::at(const std::string& name) const {
  const auto found = index_.find(name);
  if (found != index_.end()) return entries_[found->second];
  std::vector<std::string> names;
  for (const TensorEntry& e : entries_) names.push_back(e.name);
  const std::string near = nearest(name, names);
  throw FormatError("[safetensors] " + path_ + ": holds no tensor '" + name + "'" +
                    (near.empty() ? "" : "; the nearest name is '" + near + "'"));
}

void SafeTensors::wrong_type(const TensorEntry& e, const char* wanted) const {
  throw FormatError("[safetensors] " + path_ + ": tensor '" + e.name + "' holds " + to_string(e.dtype) + "; " + wanted +
                    " is needed");
}

template <class T>
Tensor<T> SafeTensors::get(const std::string& name) const {
  const TensorEntry& e = at(name);
  if (e.dtype != DType::f32 && e.dtype != DType::f64) wrong_type(e, "F32 or F64");
  Tensor<T> t(e.shape);
  if (e.dtype == DType::f32)
    convert<float>(e.bytes, t.mutable_data());
  else
    convert<double>(e.bytes, t.mutable_data());
  return t;
}

template <class T>
std::vector<T> SafeTensors::integers(const std::string& name) const {
  const TensorEntry& e = at(name);
  if (e.dtype != type_of<T>()) wrong_type(e, to_string(type_of<T>()));
  std::vector<T> values(e.bytes.size() / sizeof(T));
  convert<T>(e.bytes, values.data());
  return values;
}

void SafeTensorsWriter::insert(TensorEntry entry, std::shared_ptr<const void> memory) {
  const std::string name = entry.name;
  if (const char* wrong = name_fault(name)) throw ValueError("[safetensors] the name '" + name + "' " + wrong);
  if (name == "__metadata__") throw ValueError("[safetensors] no tensor may be named __metadata__");
  if (!items_.emplace(name, Item{std::move(entry), std::move(memory)}).second)
    throw ValueError("[safetensors] tensor '" + name + "' was added twice");
}

template <class T>
SafeTensorsWriter& SafeTensorsWriter::add(const std::string& name, const Tensor<T>& tensor) {
  if (!tensor.defined()) throw ValueError("[safetensors] tensor '" + name + "' is undefined");
  auto host = std::make_shared<const Tensor<T>>(tensor.to(Device::cpu()));
  const auto bytes = bytes_of(host->data(), static_cast<std::size_t>(host->size()));
  insert({name, type_of<T>(), host->shape(), bytes}, host);
  return *this;
}

template <class T>
static std::shared_ptr<const std::vector<T>> copy_of(std::span<const T> values) {
  return std::make_shared<const std::vector<T>>(values.begin(), values.end());
}

SafeTensorsWriter& SafeTensorsWriter::add(const std::string& name, std::span<const i64> values) {
  const auto copy = copy_of(values);
  insert({name, DType::i64, {static_cast<i64>(copy->size())}, bytes_of(copy->data(), copy->size())}, copy);
  return *this;
}

SafeTensorsWriter& SafeTensorsWriter::add(const std::string& name, std::span<const u64> values) {
  const auto copy = copy_of(values);
  insert({name, DType::u64, {static_cast<i64>(copy->size())}, bytes_of(copy->data(), copy->size())}, copy);
  return *this;
}

SafeTensorsWriter& SafeTensorsWriter::metadata(const std::string& key, const std::string& value) {
  if (!is_utf8(key) || !is_utf8(value)) throw ValueError("[safetensors] metadata '" + key + "' is not UTF-8");
  if (!metadata_.emplace(key, value).second) throw ValueError("[safetensors] metadata '" + key + "' was added twice");
  return *this;
}

void SafeTensorsWriter::write(const std::string& path, SafeTensorsOptions options) const {
  std::vector<const TensorEntry*> order;  // by name, from the map
  for (const auto& [name, item] : items_) order.push_back(&item.entry);
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return a->dtype > b->dtype; });

  std::vector<std::span<const u8>> data;
  for (const TensorEntry* e : order) data.push_back(e->bytes);
  Metadata metadata = metadata_;
  if (options.checksum) metadata[checksum_key] = checksum(data);

  std::string header = "{";
  if (!metadata.empty()) {
    header += "\"__metadata__\":{";
    for (const auto& [key, value] : metadata) header += quoted(key) + ":" + quoted(value) + ",";
    header.back() = '}';
    header += ',';
  }
  std::size_t offset = 0;
  for (const TensorEntry* e : order) {
    if (!options.allow_nonfinite && ((e->dtype == DType::f32 && !all_finite<float>(e->bytes)) ||
                                     (e->dtype == DType::f64 && !all_finite<double>(e->bytes))))
      throw ValueError("[safetensors] tensor '" + e->name + "' holds NaN or infinity; " + path + " was not written");
    std::string extents;
    for (i64 extent : e->shape) extents += (extents.empty() ? "" : ",") + std::to_string(extent);
    header += quoted(e->name) + ":{\"dtype\":\"" + to_string(e->dtype) + "\",\"shape\":[" + extents +
              "],\"data_offsets\":[" + std::to_string(offset) + "," + std::to_string(offset + e->bytes.size()) + "]},";
    offset += e->bytes.size();
  }
  if (header.size() > 1) header.pop_back();
  header += '}';
  header.resize((header.size() + 7) / 8 * 8, ' ');
  if (header.size() > max_header_bytes)
    throw ValueError("[safetensors] " + path + ": the header would be above 100 MB");

  const u64 length = header.size();
  std::vector<std::span<const u8>> parts{bytes_of(&length, 1), bytes_of(header.data(), header.size())};
  parts.insert(parts.end(), data.begin(), data.end());
  replace_file(path, parts, Durability::power, op);
}

template Tensor<float> SafeTensors::get(const std::string&) const;
template Tensor<double> SafeTensors::get(const std::string&) const;
template std::vector<i64> SafeTensors::integers(const std::string&) const;
template std::vector<u64> SafeTensors::integers(const std::string&) const;
template SafeTensorsWriter& SafeTensorsWriter::add(const std::string&, const Tensor<float>&);
template SafeTensorsWriter& SafeTensorsWriter::add(const std::string&, const Tensor<double>&);

}  // namespace gan::io
