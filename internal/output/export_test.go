package output

// Folder and WriteTo let tests put a failing folder under Write.
type Folder = folder

var WriteTo = write
