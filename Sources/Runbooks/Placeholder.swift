enum RunbooksPlaceholder {}
