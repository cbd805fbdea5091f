#!/usr/bin/env python3
"""Saves weights over a file again and again; each time another call of the system fails, or the process dies before it.
Whatever happens, the old file or the whole new one is there, and an error is told.

Usage: save_faults.py FAULTS_LIBRARY SAVER
"""
import errno
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

FAILURES = [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS, errno.EINTR, 'short']
CALLS = {'open', 'write', 'fsync', 'close', 'rename'}


def main():
    if os.environ.get('GAN_SANITIZE'):
        print('skipped: sanitizers come first in a process, where LD_PRELOAD would have to be')
        return 77
    library, saver = (Path(argument).resolve() for argument in sys.argv[1:])
    faults = []
    with tempfile.TemporaryDirectory() as work:
        folder, mark = Path(work, 'weights'), Path(work, 'hit')
        folder.mkdir()
        file = folder / 'g.safetensors'

        def save(value, **settings):
            mark.unlink(missing_ok=True)
            environment = dict(os.environ)
            if settings:
                environment.update(LD_PRELOAD=str(library), FAULT_PATH=str(folder), FAULT_HIT=str(mark))
                environment.update({name: str(setting) for name, setting in settings.items()})
            return subprocess.run([saver, 'save', file, str(value)], env=environment, stdout=subprocess.PIPE,
                                  text=True, timeout=300)

        def contents(value):
            assert save(value).returncode == 0
            assert float(subprocess.check_output([saver, 'load', file])) == value
            return file.read_bytes()
        old, new = contents(1), contents(2)

        def attempt(**settings):
            """One save over the old file; False when it makes fewer calls. Appends what is wrong to faults."""
            for other in folder.iterdir():
                other.unlink()
            file.write_bytes(old)
            done = save(2, **settings)
            if not mark.exists():
                return None
            call, path = mark.read_text().split(' ', 1)
            now = file.read_bytes() if file.exists() else None
            fault = lambda what: faults.append(f'{settings} at {call}: {what}; exit {done.returncode}: {done.stdout}')
            if now not in (old, new):
                fault(f'the file is damaged ({now and len(now)} of {len(new)} bytes)')
            if 'FAULT_KILL' in settings:
                if done.returncode != -signal.SIGKILL:
                    fault('it lives')
                if save(2).returncode != 0 or file.read_bytes() != new:
                    fault('the next save fails')
                return call
            number = settings['FAULT_ERRNO']
            harmless = number == 'short' or (number == errno.EINTR and call in ('write', 'close'))
            if done.returncode == 0:
                if now != new:
                    fault('success is told, but the new file is not there')
                if not harmless and not (call == 'close' and Path(path) == folder):  # nothing of a folder is lost there
                    fault('no error is told')
            elif harmless or done.returncode != 1:
                fault('it fails')
            elif not (done.stdout.startswith('[safetensors] ') and str(folder) in done.stdout
                      and os.strerror(number) in done.stdout):
                fault('the message lacks the path or the reason')
            elif call in ('write', 'rename') and now != old:
                fault('an error is told, but the old file is gone')
            if list(folder.iterdir()) != [file]:
                fault(f'left over: {list(folder.iterdir())}')
            return call

        def all_points(**settings):
            calls = []
            while call := attempt(FAULT_AT=len(calls) + 1, **settings):
                calls.append(call)
            return calls

        points = all_points(FAULT_KILL=1)
        total = len(points)
        if set(points) != CALLS or points.count('fsync') != 2:  # of the file, and of its folder after the renaming
            faults.append(f'a save makes these calls: {points}')
        for number in FAILURES:
            for mode in ('once', 'on'):
                if number == errno.EINTR and mode == 'on':
                    continue  # to be interrupted for ever is no fault
                calls = all_points(FAULT_ERRNO=number, FAULT_MODE=mode)
                total += len(calls)
                if len(calls) < len(points):  # a short write only adds calls
                    faults.append(f'{number}, {mode}: {calls}, but {points} when nothing fails')
        # One kind of call alone: the k-th write, whatever lies between.
        if all_points(FAULT_ERRNO=errno.EIO, FAULT_CALL='write') != ['write'] * points.count('write'):
            faults.append('FAULT_CALL does not choose')
    print('\n'.join(faults) or f'{total} saves were struck, none lost ({" ".join(points)})')
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
