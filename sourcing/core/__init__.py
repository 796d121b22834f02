"""What every package may import: the model, errors, config, text and file helpers."""
