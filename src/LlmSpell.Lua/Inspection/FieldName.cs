namespace LlmSpell.Lua.Inspection;

/// <summary>The name of a field, and whether it holds a function.</summary>
internal readonly record struct FieldName(string Name, bool IsFunction);
