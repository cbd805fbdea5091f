// See nn/embedding.hpp.
#include "gan/nn/embedding.hpp"

namespace gan {

template <class T>
BasicEmbedding<T>::BasicEmbedding(const EmbeddingOptions& o)
    : weight(Shape{o.classes, o.width}, Param<T>::Kind::weight, o.initializer, static_cast<double>(o.classes),
             static_cast<double>(o.width)) {
  if (o.classes < 1 || o.width < 1)
    throw ValueError("[Embedding] classes and width must be at least 1: " + std::to_string(o.classes) + ", " +
                     std::to_string(o.width));
}

template struct BasicEmbedding<float>;
template struct BasicEmbedding<double>;

}  // namespace gan
