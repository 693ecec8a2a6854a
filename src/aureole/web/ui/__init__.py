"""The look and behaviour all pages share: shell, components, icons, style and script."""
