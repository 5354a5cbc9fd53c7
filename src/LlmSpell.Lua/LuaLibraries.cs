namespace LlmSpell.Lua;

/// <summary>Which of Lua's standard libraries a script has.</summary>
public enum LuaLibraries
{
    /// <summary>All of them: base, package, coroutine, string, utf8, table, math, io, os and debug.</summary>
    Full,

    /// <summary>
    /// Those that touch nothing outside the script: base without dofile and loadfile, load for source text only, require for Lua modules in
    /// the host's own places, coroutine, string without dump, utf8, table, math; of os only clock, date, difftime and time; of io
    /// only the standard streams, read, write and lines; of debug only traceback.
    /// </summary>
    Basic,

    /// <summary>
    /// The functions of the base library that the language leans on, such as pairs, type, error and pcall, and print. Strings have no methods.
    /// </summary>
    None,
}
