"""How many cores this process may really use."""

import os
from pathlib import Path

CGROUP_LIMIT = Path("/sys/fs/cgroup/cpu.max")


def cores(limit_file: Path = CGROUP_LIMIT) -> int:
    """Cores allowed by affinity and by the container's CPU quota, at least one.

    More threads than cores make the local model several times slower: they wait for each
    other after each layer.
    """
    has_affinity = hasattr(os, "sched_getaffinity")
    allowed = len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1
    quota = _quota(limit_file)
    return max(1, allowed if quota is None else min(allowed, quota))


def _quota(limit_file: Path) -> int | None:
    """`cpu.max` holds "<microseconds> <period>" or "max <period>" (Linux cgroup v2)."""
    if not limit_file.is_file():
        return None
    quota, _, period = limit_file.read_text().strip().partition(" ")
    return int(quota) // int(period) if quota.isdigit() and period.isdigit() else None
