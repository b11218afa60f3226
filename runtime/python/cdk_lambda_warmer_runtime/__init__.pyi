from typing import Any, Callable, TypeVar

_Handler = TypeVar('_Handler', bound=Callable[..., Any])
_Hook = TypeVar('_Hook', bound=Callable[[], Any])

def with_warming(handler: _Handler) -> _Handler: ...
def on_warm(hook: _Hook) -> _Hook: ...
