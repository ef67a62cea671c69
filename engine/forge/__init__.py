"""Phase 1: from a world to validated blueprints."""
