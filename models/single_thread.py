"""Linear algebra in one thread.

The models solve many small systems. Spread over threads each costs more than it saves (half the processor time of a
forecast went to threads waiting for each other), and sums then hang on the number of cores: the last digits of a
fit differ, and what is drawn from it differs by more.
"""

# Only a library that is loaded can be told to; both bring their own.
import numpy.linalg  # noqa: F401
import scipy.linalg  # noqa: F401
from threadpoolctl import threadpool_limits


def use_one_thread() -> None:
    """Hold the linear algebra of this process to one thread from here on.

    For good and not for a while: a forecast that ended would set the threads of another session's free again.
    """
    threadpool_limits(limits=1, user_api="blas")
