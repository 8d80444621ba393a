"""The conditions of a good plan, one file each; the eight that Azure Migrate's wave planning names are the floor."""
