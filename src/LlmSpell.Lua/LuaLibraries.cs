namespace LlmSpell.Lua;

/// <summary>Which of Lua's standard libraries a script has.</summary>
public enum LuaLibraries
{
    /// <summary>All of them: base, package, coroutine, string, utf8, table, math, io, os and debug.</summary>
    Full,

    /// <summary>
    /// Those that touch nothing outside the script: base without dofile and loadfile, load for source text only, require for Lua modules,
    /// coroutine, string, utf8, table, math, print, and of os only clock, date, difftime and time.
    /// </summary>
    Basic,

    /// <summary>The functions of the base library that the language leans on, such as pairs, type, error and pcall, and print.</summary>
    None,
}
