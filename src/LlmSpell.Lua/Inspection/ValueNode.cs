namespace LlmSpell.Lua.Inspection;

/// <summary>A Lua value as text, cut to a size that a person can read. Immutable.</summary>
internal abstract record ValueNode;

/// <summary>A value that is one piece of text.</summary>
internal sealed record TextNode(string Text) : ValueNode;

/// <summary>A table.</summary>
/// <param name="Fields">The elements 1, 2, 3 … first, then the others in the order of their keys.</param>
/// <param name="Rest">What is said of the fields that were left out; null if there are none.</param>
internal sealed record TableNode(IReadOnlyList<TableField> Fields, string? Rest) : ValueNode;

/// <summary>One field.</summary>
/// <param name="Key">The key as it stands in a table constructor; null for an element whose position says it.</param>
/// <param name="Value">Its value.</param>
internal sealed record TableField(string? Key, ValueNode Value);
