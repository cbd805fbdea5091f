# Sets GAN_HAS_CUDA (0 or 1) and gan_library, what this project's programs link: gan::gan, or with CUDA gan::cuda.
# gan::gan itself never has CUDA, so that who links it alone needs neither cuBLAS nor cuDNN to start: its
# src/cuda/absent.cpp stands for cuda/*.cu. gan::cuda is gan::gan with the library gan_cuda, made from cuda/*.cu, before
# it: what that defines, the linker does not take from src/cuda/absent.cpp.
# Nothing links libcuda, so that a program starts on a machine without a driver and runs on the CPU.
set(GAN_HAS_CUDA 0)
set(gan_library gan::gan)
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

add_library(gan_cuda ${gan_cuda_sources})
gan_cuda_flags(gan_cuda)
set_target_properties(gan_cuda PROPERTIES EXPORT_NAME cuda_kernels LINKER_LANGUAGE CXX
  VERSION ${PROJECT_VERSION} SOVERSION 0.1)
target_include_directories(gan_cuda PRIVATE include ${PROJECT_BINARY_DIR}/include .)
target_link_libraries(gan_cuda PUBLIC gan PRIVATE CUDA::cudart_static CUDA::cublas cuDNN::cuDNN)
set(gan_library gan::cuda)
add_library(gan_with_cuda INTERFACE)
add_library(gan::cuda ALIAS gan_with_cuda)
if(BUILD_SHARED_LIBS)  # programs name nothing of it, and need it all the same
  target_link_libraries(gan_with_cuda INTERFACE -Wl,--push-state,--no-as-needed gan_cuda -Wl,--pop-state gan)
else()
  target_link_libraries(gan_with_cuda INTERFACE $<LINK_LIBRARY:WHOLE_ARCHIVE,gan_cuda> gan)
endif()
# Random numbers must have the CPU's bits.
set_source_files_properties(cuda/random.cu PROPERTIES COMPILE_OPTIONS -fmad=false)
