# Sets GAN_HAS_CUDA (0 or 1) and, where it is 1, makes the object library gan_cuda from cuda/*.cu.
# Nothing links libcuda, so that a program starts on a machine without a driver and runs on the CPU.
set(GAN_HAS_CUDA 0)
file(GLOB gan_cuda_sources CONFIGURE_DEPENDS cuda/*.cu)

if(NOT GAN_CUDA MATCHES "^(AUTO|ON|OFF)$")
  message(FATAL_ERROR "GAN_CUDA is '${GAN_CUDA}'; it is AUTO, ON or OFF")
elseif(GAN_CUDA STREQUAL "OFF")
  return()
elseif(NOT gan_cuda_sources)
  message(STATUS "CUDA: cuda/ holds no .cu file")
  return()
endif()

list(APPEND CMAKE_MODULE_PATH ${PROJECT_SOURCE_DIR}/cmake)
include(CheckLanguage)
if(NOT DEFINED ENV{CUDACXX})
  find_program(CMAKE_CUDA_COMPILER nvcc PATHS /usr/local/cuda/bin)
endif()
check_language(CUDA)
if(CMAKE_CUDA_COMPILER)
  find_package(CUDAToolkit QUIET)
  find_package(cuDNN 9 QUIET)
endif()
if(NOT CMAKE_CUDA_COMPILER OR NOT cuDNN_FOUND)
  if(GAN_CUDA STREQUAL "ON")
    message(FATAL_ERROR "GAN_CUDA=ON needs nvcc and cuDNN 9: nvcc is '${CMAKE_CUDA_COMPILER}', cuDNN is "
      "'${cuDNN_LIBRARY}'. Put nvcc in PATH or set CUDACXX; set cuDNN_ROOT.")
  endif()
  message(STATUS "CUDA: off (nvcc is '${CMAKE_CUDA_COMPILER}', cuDNN is '${cuDNN_LIBRARY}')")
  return()
endif()

# CUDA 13 starts at Turing. Set the list before the language: enabling it fills in a default.
if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
  set(CMAKE_CUDA_ARCHITECTURES 75-real 80-real 86-real 89-real 90-real 100-real 120-real 120-virtual)
endif()
enable_language(CUDA)
message(STATUS "CUDA: ${CMAKE_CUDA_COMPILER_VERSION}, cuDNN ${cuDNN_VERSION}, for ${CMAKE_CUDA_ARCHITECTURES}")

set(GAN_HAS_CUDA 1)
# CMake 3.25 has no C++20 rule for nvcc; newer ones have.
if(NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION)
  set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION -std=c++20)
endif()
# gan_cuda_flags(TARGET): what compiling the library's headers with nvcc takes.
function(gan_cuda_flags target)
  target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CUDA>:--expt-relaxed-constexpr>)
  set_target_properties(${target} PROPERTIES CUDA_STANDARD 20 CUDA_EXTENSIONS OFF)
endfunction()

add_library(gan_cuda OBJECT ${gan_cuda_sources})
gan_cuda_flags(gan_cuda)
target_include_directories(gan_cuda PRIVATE include ${PROJECT_BINARY_DIR}/include .)
target_link_libraries(gan_cuda PRIVATE CUDA::cudart_static CUDA::cublas cuDNN::cuDNN)
target_compile_definitions(gan_cuda PRIVATE GAN_HAS_CUDA=1)
# Random numbers must have the CPU's bits.
set_source_files_properties(cuda/random.cu PROPERTIES COMPILE_OPTIONS -fmad=false)
