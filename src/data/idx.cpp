// The IDX reader. Nothing is allocated on the strength of a header alone: the size of a plain file must agree with it
// first, and a compressed file is expanded piece by piece, never beyond the declared size.
#include "gan/data/idx.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace gan::data {
namespace {

/// The bytes of a file, decompressed if it is a gzip file.
class Bytes {
 public:
  explicit Bytes(const std::string& path) : path_(path) {
    file_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a FIFO must not block
    if (file_ < 0) throw_io("cannot be opened");
    struct stat status {};
    if (::fstat(file_, &status) != 0 || !S_ISREG(status.st_mode)) {
      ::close(file_);
      throw IoError("[idx] " + path_ + ": is not a regular file");
    }
    file_size_ = status.st_size;
    try {
      fill();
      start();
    } catch (...) {
      ::close(file_);
      throw;
    }
  }
  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;
  ~Bytes() {
    ::close(file_);
    if (gzip_) inflateEnd(&z_);
  }

  bool gzip() const { return gzip_; }
  i64 file_size() const { return file_size_; }
  [[noreturn]] void fault(const std::string& what) const { throw FormatError("[idx] " + path_ + ": " + what); }

  /// Reads up to n bytes; fewer only at the end.
  std::size_t read(u8* to, std::size_t n) {
    std::size_t done = 0;
    while (done < n) {
      const std::size_t got = gzip_ ? expand(to + done, n - done) : copy(to + done, n - done);
      if (got == 0) break;
      done += got;
    }
    return done;
  }

 private:
  [[noreturn]] void throw_io(const char* what) const {
    throw IoError("[idx] " + path_ + ": " + what + ": " + std::strerror(errno));
  }

  void fill() {
    ssize_t n;
    do { n = ::read(file_, buffer_, sizeof buffer_); } while (n < 0 && errno == EINTR);
    if (n < 0) throw_io("cannot be read");
    at_ = 0;
    have_ = static_cast<std::size_t>(n);
  }

  void start() {
    gzip_ = have_ >= 2 && buffer_[0] == 0x1F && buffer_[1] == 0x8B;
    if (gzip_ && inflateInit2(&z_, 15 + 16) != Z_OK) {
      gzip_ = false;
      throw Error("[idx] zlib has no memory");
    }
  }

  std::size_t copy(u8* to, std::size_t n) {
    if (at_ == have_) fill();
    const std::size_t count = std::min(n, have_ - at_);
    std::memcpy(to, buffer_ + at_, count);
    at_ += count;
    return count;
  }

  std::size_t expand(u8* to, std::size_t n) {
    const auto room = static_cast<uInt>(std::min<std::size_t>(n, 1u << 30));
    z_.next_out = to;
    z_.avail_out = room;
    while (z_.avail_out == room) {
      if (at_ == have_) fill();
      if (member_done_) {  // only another gzip member may follow, as gzip allows
        if (have_ == 0) return 0;
        if (buffer_[at_] != 0x1F) fault("bytes follow the gzip stream");
        inflateReset(&z_);
        member_done_ = false;
      }
      if (have_ == 0) fault("the gzip stream ends early: the file is cut");
      z_.next_in = buffer_ + at_;
      z_.avail_in = static_cast<uInt>(have_ - at_);
      const int result = inflate(&z_, Z_NO_FLUSH);
      at_ = have_ - z_.avail_in;
      if (result == Z_STREAM_END)
        member_done_ = true;
      else if (result == Z_MEM_ERROR)
        throw Error("[idx] zlib has no memory");
      else if (result != Z_OK && result != Z_BUF_ERROR)
        fault(std::string("the gzip stream is damaged: ") + (z_.msg ? z_.msg : "unexpected dictionary"));
    }
    return room - z_.avail_out;
  }

  std::string path_;
  int file_ = -1;
  i64 file_size_ = 0;
  u8 buffer_[1 << 15];
  std::size_t at_ = 0, have_ = 0;
  bool gzip_ = false, member_done_ = false;
  z_stream z_{};
};

/// Magic and extents.
Shape read_header(Bytes& source) {
  u8 magic[4];
  const std::size_t got = source.read(magic, 4);
  if (got == 0) source.fault("the file is empty");
  if (magic[0] == '<') source.fault("begins like a web page, not like data: the download went wrong");
  if (got < 4) source.fault("ends within its magic number");
  if (magic[0] != 0 || magic[1] != 0) {
    const bool swapped = magic[3] == 0 && magic[2] == 0 && magic[1] == 8;
    source.fault(swapped ? "the magic number is byte-swapped; IDX is big-endian"
                         : "is no IDX file: wrong magic number");
  }
  if (magic[2] != 8)
    source.fault("element type " + std::to_string(magic[2]) + "; only unsigned bytes (type 8) are read");
  const int rank = magic[3];
  if (rank < 1 || rank > 4) source.fault("rank " + std::to_string(rank) + "; 1 to 4 is possible");
  i64 extents[4];
  i64 size = 1;
  for (int i = 0; i < rank; ++i) {
    u8 b[4];
    if (source.read(b, 4) < 4) source.fault("ends within its header, at dimension " + std::to_string(i));
    extents[i] = i64{b[0]} << 24 | i64{b[1]} << 16 | i64{b[2]} << 8 | i64{b[3]};
    if (extents[i] == 0) source.fault("dimension " + std::to_string(i) + " is 0");
    if (__builtin_mul_overflow(size, extents[i], &size) || size > Shape::max_size)
      source.fault("the product of the dimensions overflows");
  }
  return Shape(extents, rank);
}

/// The path of `stem` in `directory`, plain or compressed.
std::string find_file(const std::string& directory, const std::string& stem) {
  for (const char* ending : {"", ".gz"}) {
    const std::string path = directory + "/" + stem + ending;
    if (::access(path.c_str(), F_OK) == 0) return path;
  }
  throw DataError("[mnist] " + directory + " has no " + stem + " or " + stem + ".gz");
}

}  // namespace

IdxArray read_idx(const std::string& path) {
  Bytes source(path);
  IdxArray array{read_header(source), {}};
  const i64 declared = array.shape.size();
  const std::string promise =
      "the header declares " + to_string(array.shape) + ", " + std::to_string(declared) + " bytes";
  const i64 header = 4 + 4 * array.shape.rank();
  // Deflate cannot pack more than 1032 bytes into one.
  if (source.gzip() ? declared / 1032 > source.file_size() : declared != source.file_size() - header)
    source.fault(promise + ", but the file has " + std::to_string(source.file_size()) +
                 (source.gzip() ? " compressed bytes" : " bytes with its header of " + std::to_string(header)));
  std::vector<u8>& values = array.values;
  i64 room = source.gzip() ? std::min(declared, 8 * source.file_size()) : declared;
  for (i64 have = 0; have < declared; room = std::min(declared, 2 * room)) {
    values.resize(static_cast<std::size_t>(room));
    have += static_cast<i64>(source.read(values.data() + have, static_cast<std::size_t>(room - have)));
    if (have < room) source.fault(promise + ", but only " + std::to_string(have) + " follow");
  }
  u8 extra;
  if (source.read(&extra, 1) != 0) source.fault(promise + ", but more bytes follow");  // verifies the gzip checksum
  return array;
}

Images labelled_idx(const std::string& directory, Split split, std::vector<std::string> classes) {
  const std::string prefix = split == Split::train ? "train" : "t10k";
  const std::string image_path = find_file(directory, prefix + "-images-idx3-ubyte");
  const std::string label_path = find_file(directory, prefix + "-labels-idx1-ubyte");
  IdxArray labels = read_idx(label_path);
  if (labels.shape.rank() != 1)
    throw FormatError("[idx] " + label_path + ": labels need one axis: " + to_string(labels.shape));
  for (u8 label : labels.values) {
    if (label >= classes.size())
      throw FormatError("[idx] " + label_path + ": label " + std::to_string(label) + " with " +
                        std::to_string(classes.size()) + " classes");
  }
  IdxArray images = read_idx(image_path);
  if (images.shape.rank() != 3)
    throw FormatError("[idx] " + image_path + ": images need axes (N, H, W): " + to_string(images.shape));
  if (images.shape[0] != labels.shape[0])
    throw FormatError("[idx] " + label_path + ": " + std::to_string(labels.shape[0]) + " labels for the " +
                      std::to_string(images.shape[0]) + " images of " + image_path);
  return Images(
      std::move(images.values), {images.shape[0], images.shape[1], images.shape[2], 1},
      {.labels = {labels.values.begin(), labels.values.end()}, .classes = std::move(classes), .captions = {}});
}

Images mnist(const std::string& directory, Split split) {
  return labelled_idx(directory, split, {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"});
}

Images fashion_mnist(const std::string& directory, Split split) {
  return labelled_idx(
      directory, split,
      {"T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"});
}

}  // namespace gan::data
