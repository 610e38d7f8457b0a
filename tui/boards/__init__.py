"""Lists over the whole window: the codebook, all annotations, the memos. Each knows its rows and how to filter them."""
