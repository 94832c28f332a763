"""HTTP and streams: routers, session and tenant binding, error table, AG-UI events."""
